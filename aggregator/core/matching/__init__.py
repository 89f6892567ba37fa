"""Which entries are copies of one wire story: from a cleaned text to stories, without asking anybody."""

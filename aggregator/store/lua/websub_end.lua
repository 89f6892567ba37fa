#!lua
-- Takes leave of subscriptions: their sources are not there any more, or nothing is subscribed to.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', tokens
local now = clock(ARGV[1])
for i = 2, #ARGV do finish(ARGV[i], now) end
return 1

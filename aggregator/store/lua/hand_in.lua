#!lua
-- Appends arrivals to the inbox: all of them, or none where it is full.
-- KEYS[1]     {s}, names the slot
-- {s}:inbox   stream  one field a, the packed arrival
-- ARGV: most that may wait, then the packed arrivals
-- Returns: how many wait now, or -1 where it was full
local inbox = KEYS[1] .. ':inbox'
if redis.call('XLEN', inbox) + #ARGV - 1 > tonumber(ARGV[1]) then return -1 end
for i = 2, #ARGV do redis.call('XADD', inbox, '*', 'a', ARGV[i]) end
return redis.call('XLEN', inbox)

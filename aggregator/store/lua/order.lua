#!lua
-- Hands an editor's order in: it stands in the inbox, and waits; an id that is known already does nothing.
-- KEYS[1]         {s}, names the slot
-- {s}:inbox       stream  one field o, the packed order; see hand_in.lua
-- {s}:o:ID        string  what became of an order, packed; in front version byte, count of the stories that it
--                         concerns as one byte, their raw ids
-- {s}:orders      zset    order → its place among all; {s}:lead, orders counts them
-- {s}:orders:by   zset    STORY:ORDER, all of score 0
-- ARGV: id, packed order, packed ruling that it waits, most that may wait in the inbox
-- Returns: 1, 0 where the id was known, or -1 where the inbox is full
local P = KEYS[1] .. ':'
local id, order, ruling = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', P .. 'o:' .. id) == 1 then return 0 end
if redis.call('XLEN', P .. 'inbox') >= tonumber(ARGV[4]) then return -1 end
local function hex(raw) return (string.gsub(raw, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
redis.call('SET', P .. 'o:' .. id, ruling)
redis.call('ZADD', P .. 'orders', redis.call('HINCRBY', P .. 'lead', 'orders', 1), id)
for i = 1, string.byte(ruling, 2) do
  redis.call('ZADD', P .. 'orders:by', 0, hex(string.sub(ruling, 16 * i - 13, 16 * i + 2)) .. ':' .. id)
end
redis.call('XADD', P .. 'inbox', '*', 'o', order)
return 1

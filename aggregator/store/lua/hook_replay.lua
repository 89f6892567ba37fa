#!lua
-- Puts dead letters of a webhook in line again, switches it on, and lets it try at once.
-- KEYS[1]   {s}, names the slot; every key below lies in it
-- {s}:hook:ID, {s}:again:ID, {s}:dead:ID   see hook_claim.lua, hook_settle.lua
-- ARGV: id, most letters in line, then the letters (ids of the stream); none: all of them
-- Returns: how many were put in line, or -1 where there is no such hook
local P = KEYS[1] .. ':'
local id = ARGV[1]
local key, again, dead = P .. 'hook:' .. id, P .. 'again:' .. id, P .. 'dead:' .. id
if redis.call('EXISTS', key) == 0 then return -1 end
redis.call('HDEL', key, 'off', 'due')
local room = tonumber(ARGV[2]) - redis.call('XLEN', again)
local letters = {}
if #ARGV == 2 then
  if room > 0 then letters = redis.call('XRANGE', dead, '-', '+', 'COUNT', room) end
else
  for i = 3, #ARGV do
    local found = redis.call('XRANGE', dead, ARGV[i], ARGV[i])
    if found[1] and #letters < room then letters[#letters + 1] = found[1] end
  end
end
for _, letter in ipairs(letters) do
  redis.call('XADD', again, '*', 'l', letter[2][2])
  redis.call('XDEL', dead, letter[1])
end
return #letters

#!lua
-- Takes or renews the grouper's lease, or gives it up.
-- KEYS[1]    {s}, names the slot
-- {s}:lead   hash  number (the fence: grows with each new holder; begins at the milliseconds since 1970, so that
--                  a holder from before a loss is refused by the store that follows), worker, until; see commit.lua for the rest
-- ARGV: now or '', worker, seconds, '' or the number that is given up
-- Returns: the number, or nil where another holds it
local LEAD = KEYS[1] .. ':lead'
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1e6
end
local v = redis.call('HMGET', LEAD, 'number', 'worker', 'until')
local number = tonumber(v[1] or math.floor(now * 1000))
if ARGV[4] ~= '' then
  if v[1] ~= ARGV[4] or v[2] ~= ARGV[2] then return nil end
  redis.call('HSET', LEAD, 'worker', '', 'until', 0)
  return number
end
if v[2] ~= ARGV[2] then
  if v[2] and tonumber(v[3]) > now then return nil end
  number = number + 1
end
redis.call('HSET', LEAD, 'number', number, 'worker', ARGV[2], 'until', string.format('%.17g', now + tonumber(ARGV[3])))
return number

#!lua
-- Leases every webhook that has something to deliver and is not leased; begins those that are new.
-- KEYS[1]          {s}, names the slot; every key below lies in it
-- {s}:hook:ID      hash    position (number of the last change that is done with), address (hash of it), token and
--                          until (the lease), due (before it nothing is tried), off (1: its receiver said 410),
--                          tries (packed, of the message that is tried now), delivered, skipped, success, error
-- {s}:again:ID     stream  dead letters that are to be delivered again
-- {s}:lead, :meta  see commit.lua, meet.lua
-- ARGV: now or '', token, seconds, letters at the most, then for each hook its id and the hash of its address
-- Returns: number of the last change, epoch, seconds until a hook can be tried again or '',
--          then for each leased: id, position, tries or '', letters
local P = KEYS[1] .. ':'
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1e6
end
local last = tonumber(redis.call('HGET', P .. 'lead', 'last') or 0)
local soonest
local leased = {}
for i = 5, #ARGV, 2 do
  local id, address = ARGV[i], ARGV[i + 1]
  local key = P .. 'hook:' .. id
  local v = redis.call('HMGET', key, 'position', 'address', 'until', 'due', 'off', 'tries')
  if not v[1] then
    v[1], v[2] = tostring(last), address
    redis.call('HSET', key, 'position', last, 'address', address)
  elseif v[2] ~= address then
    redis.call('HSET', key, 'address', address)
    redis.call('HDEL', key, 'off', 'due', 'tries', 'error')
    v[4], v[5], v[6] = false, false, false
  end
  local position = tonumber(v[1])
  if position > last then -- the store fell back to an older state: those numbers are given again
    position = last
    redis.call('HSET', key, 'position', last)
  end
  local free = not v[5] and not (v[3] and tonumber(v[3]) > now)
  local due = tonumber(v[4] or 0)
  if free and (position < last or redis.call('EXISTS', P .. 'again:' .. id) == 1) then
    if due > now then
      soonest = math.min(soonest or due, due)
    else
      redis.call('HSET', key, 'token', ARGV[2], 'until', string.format('%.17g', now + tonumber(ARGV[3])))
      local letters = redis.call('XRANGE', P .. 'again:' .. id, '-', '+', 'COUNT', ARGV[4])
      leased[#leased + 1] = {id, position, v[6] or '', letters}
    end
  end
end
return {last, redis.call('HGET', P .. 'meta', 'epoch') or '', soonest and string.format('%.17g', soonest - now) or '', leased}

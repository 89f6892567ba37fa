#!lua
-- After an outage or a jump of the clock. Forward: overdue hosts are released one after the other, over at most
-- five minutes and no longer than the outage. Backward: everything that was planned moves along with the clock.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', seconds that the clock moved on without us (negative: back)
-- Returns: how many hosts were moved
local now, gap = clock(ARGV[1]), tonumber(ARGV[2])
if gap > 0 then
  local late = redis.call('ZRANGE', HOSTS, '-inf', text(now), 'BYSCORE')
  local window = math.min(gap, 300, #late / 20)
  for i, name in ipairs(late) do
    local h = host(name)
    h.next = math.max(h.next, now + window * (i - 1) / #late)
  end
  keep()
  return #late
end
local function shift(key)
  local all = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    if all[i + 1] ~= 'inf' then redis.call('ZADD', key, text(tonumber(all[i + 1]) + gap), all[i]) end
  end
end
shift(LEASES)
local names = redis.call('ZRANGE', HOSTS, 0, -1)
for _, name in ipairs(names) do
  local h = host(name)
  shift(h.queue)
  h.next, h.pause = math.max(0, h.next + gap), math.max(0, h.pause + gap)
  redis.call('DEL', P .. 'line:' .. name)
end
keep()
return #names

#!lua
-- Claims sources of a shard that are due, as far as their hosts' pace, pauses and limits in flight allow.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', seconds of the lease, most to claim, nonce
-- Returns: until, then of each source its id, its token and its packed state or nil
local now, lease, limit, nonce = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
sweep(now, 1000)
keep()

local ids, tokens, states, leases, hashes = {}, {}, {}, {}, {}
local till = text(now + lease)
local stamp = text(now)
while #ids < limit do
  local names = redis.call('ZRANGE', HOSTS, '-inf', stamp, 'BYSCORE', 'LIMIT', 0, limit - #ids)
  if #names == 0 then break end
  for _, name in ipairs(names) do
    local h = host(name)
    local most = math.min(h.limit - h.flying, limit - #ids)
    if h.gap > 0 then most = math.min(most, 1) end
    local found, first = {}, nil
    if most > 0 and h.next <= now and h.pause <= now then
      local waiting = redis.call('ZRANGE', h.queue, 0, most, 'WITHSCORES')
      for at = 1, #waiting, 2 do
        if #found < most and tonumber(waiting[at + 1]) <= now then
          found[#found + 1] = waiting[at]
        else
          first = waiting[at + 1]
          break
        end
      end
    end
    if #found > 0 then
      redis.call('ZREM', h.queue, unpack(found))
      h.flying = h.flying + #found
      if h.gap > 0 then h.next = now + h.gap end
      redis.call('HSET', h.key, 'n', text(h.next), 'f', h.flying)
      if h.visited then redis.call('HDEL', h.key, 'v') end
      for _, id in ipairs(found) do
        ids[#ids + 1] = id
        local token = nonce .. '.' .. #ids .. '|' .. name
        tokens[#ids] = token
        states[#ids] = P .. 'state:' .. id
        leases[#leases + 1] = till
        leases[#leases + 1] = id
        hashes[#hashes + 1] = id
        hashes[#hashes + 1] = token
      end
      place(name, h, first)
    else
      rank(name, h)
    end
  end
end

local answer = {till}
for from = 1, #ids, 500 do
  local last = math.min(from + 499, #ids)
  redis.call('ZADD', LEASES, unpack(leases, 2 * from - 1, 2 * last))
  redis.call('HSET', TOKENS, unpack(hashes, 2 * from - 1, 2 * last))
  local packed = redis.call('MGET', unpack(states, from, last))
  for at = from, last do
    answer[#answer + 1] = ids[at]
    answer[#answer + 1] = tokens[at]
    answer[#answer + 1] = packed[at - from + 1]
  end
end
return answer

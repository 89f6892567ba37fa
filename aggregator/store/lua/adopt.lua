#!lua
-- Takes sources into a shard; one that is already waiting or in flight stays as it is. One that was taken out and
-- comes back under the same address is what it was.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', then seven for each source: id, host, hash of its address, seconds until due at the earliest,
--       '' or '+' and the packed state to begin with, '' or '+' and the table to begin with,
--       '' or when it is due, or '-': never, as it is gone
-- Returns: how many were taken in
local now, EACH = clock(ARGV[1]), 7
for i = 2, #ARGV, EACH do
  local id, name, address, due = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 6]
  local h, state, left = host(name), P .. 'state:' .. id, redis.call('GET', P .. 'left:' .. id)
  redis.call('PERSIST', h.key)
  redis.call('HSET', IDS, id, name .. '\0' .. address)
  if ARGV[i + 4] ~= '' then
    redis.call('SET', state, string.sub(ARGV[i + 4], 2))
  elseif left and string.sub(left, 1, 8) == address then
    redis.call('PERSIST', state)
    due = string.sub(left, 9)
  elseif left then
    redis.call('DEL', state)
  end
  redis.call('DEL', P .. 'left:' .. id)
  if ARGV[i + 5] ~= '' then
    redis.call('SET', P .. 'table:' .. id, string.sub(ARGV[i + 5], 2))
  else
    redis.call('PERSIST', P .. 'table:' .. id)
  end
  if due ~= '-' and redis.call('HEXISTS', TOKENS, id) == 0 then
    local at = now + tonumber(ARGV[i + 3])
    if due ~= '' then at = math.max(at, tonumber(due)) end
    redis.call('ZADD', h.queue, 'NX', text(at), id)
  end
end
keep()
return (#ARGV - 1) / EACH

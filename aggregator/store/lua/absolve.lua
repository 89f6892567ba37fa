#!lua
-- Sources that were blamed for what another host did to all that are led there: none of them is blamed any longer,
-- unless it is being asked again, or was taken out.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', then three for each source: id, its state without blame, until when the host rests
-- Returns: the ids of those that are not blamed any longer
local freed = {}
for i = 2, #ARGV, 3 do
  local id, state = ARGV[i], ARGV[i + 1]
  local known = redis.call('HGET', IDS, id)
  if known and redis.call('HEXISTS', TOKENS, id) == 0 then
    redis.call('SET', P .. 'state:' .. id, state)
    redis.call('ZADD', host(string.match(known, '^[^%z]*')).queue, later(ARGV[i + 2], state), id)
    freed[#freed + 1] = id
  end
end
keep()
return freed

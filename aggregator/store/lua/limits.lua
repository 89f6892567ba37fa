#!lua
-- Describes hosts: what may be in flight, how long between two polls, whether a pause holds for all of it.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: four for each host: name, most in flight, seconds between (0: off), 1 if a pause holds for all of it
for i = 1, #ARGV, 4 do
  local h = host(ARGV[i])
  redis.call('HSET', h.key, 'l', ARGV[i + 1], 'g', ARGV[i + 2], 't', ARGV[i + 3])
  redis.call('HDEL', h.key, 'u')
  redis.call('PERSIST', h.key)
  h.limit, h.gap = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
end
keep()
return #ARGV / 4

#!lua
-- Gives claims back unused: the sources are due again at once, nothing else changes.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', then two for each source: id, token
-- Returns: how many were still ours
local now, given = clock(ARGV[1]), 0
for i = 2, #ARGV, 2 do
  if redis.call('HGET', TOKENS, ARGV[i]) == ARGV[i + 1] then
    redis.call('ZADD', release(ARGV[i]).queue, text(now), ARGV[i])
    given = given + 1
  end
end
keep()
return given

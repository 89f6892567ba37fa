#!lua flags=no-writes
-- What is remembered of sources, and when they are due.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: two for each source: id, host
-- Returns: of each source its packed state or nil, and when it is due or nil (in flight, or gone)
local found = {}
for i = 1, #ARGV, 2 do
  found[#found + 1] = redis.call('GET', P .. 'state:' .. ARGV[i])
  found[#found + 1] = redis.call('ZSCORE', P .. 'queue:' .. ARGV[i + 1], ARGV[i])
end
return found

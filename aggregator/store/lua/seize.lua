#!lua
-- Claims one source out of turn, whether it is due or not, for what came without being asked for; and lets it go.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', id, seconds of the lease and a nonce; or to let go: now or '', id, '-', its token, when it is due
-- Returns: until, token, packed state or nil, when it was due; 'busy' while it is in flight; 'gone' where it is not
--          known, or never polled again; of letting go 'let' or 'lost'
local now, id = clock(ARGV[1]), ARGV[2]
if ARGV[3] == '-' then
  if redis.call('HGET', TOKENS, id) ~= ARGV[4] then return 'lost' end
  redis.call('ZADD', release(id).queue, ARGV[5], id)
  keep()
  return 'let'
end
local known = redis.call('HGET', IDS, id)
if not known then return 'gone' end
if redis.call('HEXISTS', TOKENS, id) == 1 then return 'busy' end
local name = string.match(known, '^[^%z]*')
local h = host(name)
local due = redis.call('ZSCORE', h.queue, id)
if not due then return 'gone' end
local till, token = text(now + tonumber(ARGV[3])), ARGV[4] .. '|' .. name
redis.call('ZREM', h.queue, id)
redis.call('ZADD', LEASES, till, id)
redis.call('HSET', TOKENS, id, token)
h.flying = h.flying + 1
keep()
return {till, token, redis.call('GET', P .. 'state:' .. id), due}

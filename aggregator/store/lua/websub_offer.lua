#!lua
-- Takes up which hubs sources name: new ones will be asked, those named no more are taken leave of.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', base of our callbacks, then for each source: id, its shard, hash of its address, hub or '', topic,
--       a token and a secret for a new subscription
local now, base = clock(ARGV[1]), ARGV[2]
for i = 3, #ARGV, 7 do
  local source, shard, address, hub, topic, token, secret = unpack(ARGV, i, i + 6)
  local of = redis.call('HGET', OF, source)
  local known = of and string.match(of, '^%S+')
  local same = false
  if known then
    local v = redis.call('HMGET', sub(known), 'hub', 'topic', 'base', 'wish')
    same = v[1] == hub and v[2] == topic and v[3] == base and v[4] == 'subscribe'
    if not same then finish(known, now) end
  end
  if hub ~= '' then
    if not same then
      redis.call('HSET', sub(token), 'source', source, 'hub', hub, 'topic', topic, 'base', base, 'secret', secret,
        'wish', 'subscribe', 'state', 'new')
      redis.call('ZADD', DUE, text(now), token)
      known = token
    end
    redis.call('HSET', OF, source, known .. ' ' .. shard .. ' ' .. address)
  end
end
return 1

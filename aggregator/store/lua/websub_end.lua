#!lua
-- Takes leave of subscriptions: their sources are not there any more, or nothing is subscribed to.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', what to queue for those that were relied upon or '', tokens
local now = clock(ARGV[1])
for i = 3, #ARGV do
  local token = ARGV[i]
  if ARGV[2] ~= '' and redis.call('HGET', sub(token), 'state') == 'active' then
    redis.call('HDEL', sub(token), 'until')
    enqueue(token, ARGV[2], now)
  end
  finish(token, now)
end
return 1

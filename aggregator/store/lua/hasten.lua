#!lua
-- Makes waiting sources due now, except where the publisher forbids: those become due when it allows.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', then either '*' and hosts (all their sources), or '=' and pairs of id and host
--       (those only, also where they are not waiting because they are gone)
-- Returns: how many are due now
local now, due = clock(ARGV[1]), 0
local function hasten(h, id)
  local before = redis.call('GETRANGE', P .. 'state:' .. id, 0, 7)
  local at = now
  if #before == 8 then at = math.max(now, (struct.unpack('<d', before))) end
  if at == now then due = due + 1 end
  redis.call('ZADD', h.queue, text(at), id)
end
if ARGV[2] == '*' then
  for i = 3, #ARGV do
    local h = host(ARGV[i])
    local waiting = redis.call('ZRANGE', h.queue, 0, -1, 'WITHSCORES')
    for at = 1, #waiting, 2 do
      if tonumber(waiting[at + 1]) <= now then due = due + 1 else hasten(h, waiting[at]) end
    end
  end
else
  for i = 3, #ARGV, 2 do
    if redis.call('HEXISTS', TOKENS, ARGV[i]) == 0 then hasten(host(ARGV[i + 1]), ARGV[i]) end
  end
end
keep()
return due

#!lua
-- Founds the store, tells which epoch it is, and hears the heartbeats of workers.
-- KEYS[1]        {s}, names the slot; every key below lies in it
-- {s}:meta       hash  schema, shards, epoch, began, run (of the server), seen (the last heartbeat of anyone)
-- {s}:epochs     hash  an earlier epoch → the last heartbeat in it
-- {s}:workers    hash  worker → until when it counts as alive, a space, what it says of itself
-- ARGV: now or '', schema, shards, run id of the server, '1' if a server of another run has lost nothing,
--       name for a new epoch, then for a heartbeat: worker, seconds that it counts, what it says
-- Returns: schema, shards, epoch, began, now, seconds since the last heartbeat of anyone or '', earlier epochs
local P = KEYS[1] .. ':'
local META, EPOCHS, WORKERS = P .. 'meta', P .. 'epochs', P .. 'workers'
local function text(number) return string.format('%.17g', number) end
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1e6
end

local v = redis.call('HMGET', META, 'schema', 'shards', 'epoch', 'began', 'run', 'seen')
if not v[1] then
  v = {ARGV[2], ARGV[3], ARGV[6], text(now), ARGV[4], false}
  redis.call('HSET', META, 'schema', v[1], 'shards', v[2], 'epoch', v[3], 'began', v[4], 'run', v[5])
elseif v[5] ~= ARGV[4] then
  if ARGV[5] ~= '1' then
    redis.call('HSET', EPOCHS, v[3], v[6] or v[4])
    v[3], v[4] = ARGV[6], text(now)
    redis.call('HSET', META, 'epoch', v[3], 'began', v[4])
  end
  redis.call('HSET', META, 'run', ARGV[4])
end

local since = ''
if ARGV[7] then
  if v[6] then since = text(now - tonumber(v[6])) end
  redis.call('HSET', META, 'seen', text(now))
  redis.call('HSET', WORKERS, ARGV[7], text(now + tonumber(ARGV[8])) .. ' ' .. ARGV[9])
  local all = redis.call('HGETALL', WORKERS)
  for i = 1, #all, 2 do
    if tonumber(string.match(all[i + 1], '^%S+')) < now - 60 then redis.call('HDEL', WORKERS, all[i]) end
  end
end
return {v[1], v[2], v[3], v[4], text(now), since, redis.call('HGETALL', EPOCHS)}

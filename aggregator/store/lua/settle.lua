#!lua
-- Ends polls: writes what is to be remembered and when to ask again, where the lease still holds.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: at most 500 times six: id, token, packed state, due or '' (never again),
--       '' (the table stays) or '+' and the table, '' or until when the whole host rests
-- Returns: of each source 1, or 0 where the lease was lost and nothing was written
local ids = {}
for i = 1, #ARGV, 6 do ids[#ids + 1] = ARGV[i] end
local once = {}
local held, done, ended, values = redis.call('HMGET', TOKENS, unpack(ids)), {}, {}, {}
for at, id in ipairs(ids) do
  local i = 6 * at - 5
  if held[at] ~= ARGV[i + 1] or once[id] then
    done[at] = 0
  else
    local h = host(string.match(held[at], '|(.*)$'))
    h.flying = math.max(0, h.flying - 1)
    if ARGV[i + 3] ~= '' then redis.call('ZADD', h.queue, ARGV[i + 3], id) end
    values[#values + 1] = P .. 'state:' .. id
    values[#values + 1] = ARGV[i + 2]
    if ARGV[i + 4] ~= '' then
      values[#values + 1] = P .. 'table:' .. id
      values[#values + 1] = string.sub(ARGV[i + 4], 2)
    end
    if ARGV[i + 5] ~= '' and redis.call('HGET', h.key, 't') ~= '0' then
      h.pause = math.max(h.pause, tonumber(ARGV[i + 5]))
    end
    ended[#ended + 1] = id
    done[at], once[id] = 1, true
  end
end
if #ended > 0 then
  redis.call('HDEL', TOKENS, unpack(ended))
  redis.call('ZREM', LEASES, unpack(ended))
  redis.call('MSET', unpack(values))
  keep()
end
return done

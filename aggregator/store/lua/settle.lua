#!lua
-- Ends polls: writes what is to be remembered and when to ask again, where the lease still holds.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', then six for each source: id, token, packed state, due or '' (never again),
--       '' (the table stays) or '+' and the table, '' or until when the whole host rests
-- Returns: of each source 1, or 0 where the lease was lost and nothing was written
local done = {}
for i = 2, #ARGV, 6 do
  local id, pause = ARGV[i], ARGV[i + 5]
  if redis.call('HGET', TOKENS, id) ~= ARGV[i + 1] then
    done[#done + 1] = 0
  else
    local h = release(id)
    redis.call('SET', P .. 'state:' .. id, ARGV[i + 2])
    if ARGV[i + 3] ~= '' then redis.call('ZADD', h.queue, ARGV[i + 3], id) end
    if ARGV[i + 4] ~= '' then redis.call('SET', P .. 'table:' .. id, string.sub(ARGV[i + 4], 2)) end
    if pause ~= '' and redis.call('HGET', h.key, 't') ~= '0' then h.pause = math.max(h.pause, tonumber(pause)) end
    done[#done + 1] = 1
  end
end
keep()
return done

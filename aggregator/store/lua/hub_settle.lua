#!lua
-- Writes what the holders of subscriptions' leases did; nothing where a lease is not theirs any more.
-- Keys: see hub.lua, which stands in front of this.
-- ARGV: now or '', then for each: id, holder, position or '' (drop it), seconds that it rests, tries, how many were
--       delivered, why not
-- Returns: for each 1, or 0 where the lease was lost
local now = clock(ARGV[1])
local answers = {}
for i = 2, #ARGV, 7 do
  local id, holder, position, rest, tries, delivered, err = unpack(ARGV, i, i + 6)
  local held = redis.call('HGET', sub(id), 'holder') == holder
  if held and position == '' then
    drop(id)
  elseif held then
    redis.call('HDEL', sub(id), 'holder', 'error')
    redis.call('HSET', sub(id), 'position', position, 'tries', tries)
    if delivered ~= '0' then redis.call('HINCRBY', sub(id), 'delivered', delivered) end
    if err ~= '' then redis.call('HSET', sub(id), 'error', err) end
    if tonumber(rest) > 0 then
      redis.call('ZADD', LATER, text(now + tonumber(rest)), id)
    else
      redis.call('ZREM', LATER, id)
      redis.call('ZADD', PLACE, position, id)
    end
  end
  answers[#answers + 1] = held and 1 or 0
end
return answers

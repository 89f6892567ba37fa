#!lua
-- Ends polls: writes what is to be remembered and when to ask again, where the lease still holds.
-- Keys: see shard.lua, which stands in front of this.
-- Where sources of one host that were well begin to fail alike, none in between going well, it is the host that
-- fails: it rests, and what is remembered of each of them is its other state, which does not blame it.
-- ARGV: now or '', how many have to fail alike, within how many seconds, how long the host rests first and at
--       most (twice as long each time), for how long sources are excused at most;
--       then at most 500 times eight: id, token, packed state, due or '' (never again),
--       '' (the table stays) or '+' and the table, '' or until when the whole host rests,
--       '' if it went well, how it failed if it was well before, '-' if it says nothing of the host,
--       '' or the packed state that does not blame it
-- Returns: of each source 1, 2 where it was not blamed, or 0 where the lease was lost and nothing was written;
--          then the others that were blamed before and are no longer: their ids, or, of those that were guests here,
--          id, state without blame, and until when the host rests
local HEAD, EACH = 6, 8
local now, r = clock(ARGV[1]), rule(2)
local ids = {}
for i = HEAD + 1, #ARGV, EACH do ids[#ids + 1] = ARGV[i] end
local values, place_of = {}, {}  -- what is written in the end, and where in it the state of a source stands
local done, at_of, freed = {}, {}, {}

-- Those that failed before in the same way are not blamed either, unless they are asked again already or taken out.
-- What is remembered of one that was a guest here may lie elsewhere.
local function free(id, resting, others)
  for i = 1, #others, 2 do
    local other, state = others[i], others[i + 1]
    local known = other ~= id and redis.call('HGET', IDS, other)
    if known then
      local queue = host(string.match(known, '^[^%z]*')).queue
      if place_of[other] then
        values[place_of[other]] = state
        done[at_of[other]] = 2
        redis.call('ZADD', queue, later(resting, state), other)
      elseif redis.call('HEXISTS', TOKENS, other) == 0 then
        redis.call('SET', P .. 'state:' .. other, state)
        freed[#freed + 1] = other
        redis.call('ZADD', queue, later(resting, state), other)
      end
    elseif other ~= id then
      freed[#freed + 1] = {other, state, resting}
    end
  end
end

local once = {}
local held, ended = redis.call('HMGET', TOKENS, unpack(ids)), {}
for at, id in ipairs(ids) do
  local i = HEAD + EACH * (at - 1) + 1
  if held[at] ~= ARGV[i + 1] or once[id] then
    done[at] = 0
  else
    local h = host(string.match(held[at], '|(.*)$'))
    h.flying = math.max(0, h.flying - 1)
    local due, state = ARGV[i + 3], ARGV[i + 2]
    done[at] = 1
    if ARGV[i + 6] == '' then
      clear(h)
    elseif ARGV[i + 6] ~= '-' and h.together then
      local resting, others = excuse(h, now, r, id, ARGV[i + 6], ARGV[i + 7])
      free(id, resting, others)
      if resting then due, state, done[at] = later(resting, ARGV[i + 7]), ARGV[i + 7], 2 end
    end
    if due ~= '' then redis.call('ZADD', h.queue, due, id) end
    values[#values + 1] = P .. 'state:' .. id
    values[#values + 1] = state
    place_of[id], at_of[id] = #values, at
    if ARGV[i + 4] ~= '' then
      values[#values + 1] = P .. 'table:' .. id
      values[#values + 1] = string.sub(ARGV[i + 4], 2)
    end
    if ARGV[i + 5] ~= '' and h.together then
      h.pause = math.max(h.pause, tonumber(ARGV[i + 5]))
    end
    ended[#ended + 1] = id
    once[id] = true
  end
end
if #ended > 0 then
  redis.call('HDEL', TOKENS, unpack(ended))
  redis.call('ZREM', LEASES, unpack(ended))
  redis.call('MSET', unpack(values))
  keep()
end
for _, id in ipairs(freed) do done[#done + 1] = id end
return done

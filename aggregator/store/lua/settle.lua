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
--          then the ids of others that were blamed before and are no longer
local HEAD, EACH = 6, 8
local now, alike, within, rest, most, longest = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]),
  tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local ids = {}
for i = HEAD + 1, #ARGV, EACH do ids[#ids + 1] = ARGV[i] end
local values, place_of = {}, {}  -- what is written in the end, and where in it the state of a source stands
local done, at_of, freed = {}, {}, {}

-- Ends whatever a host is suspected of: one of its sources went well.
local function clear(h)
  if h.way then
    redis.call('HDEL', h.key, 'w', 's', 'k')
    redis.call('DEL', h.alike)
    h.way, h.strikes = nil, 0
  end
end

-- Until when the host rests that fails once more.
local function strike(h)
  h.strikes = h.strikes + 1
  h.pause = math.max(h.pause, now + math.min(rest * 2 ^ (h.strikes - 1), most))
  redis.call('HSET', h.key, 'w', h.way, 's', text(h.since), 'k', h.strikes)
  return text(h.pause)
end

-- When a source is due that is not blamed: when the host has rested, and not before its publisher allows.
local function later(resting, state) return text(math.max(tonumber(resting), (struct.unpack('<d', state)))) end

-- Whether a failure is the host's: until when it rests then, else nil.
local function excuse(h, id, way, state)
  if h.way == way and h.strikes > 0 then
    if now - h.since > longest then return nil end
    return h.pause > now and text(h.pause) or strike(h)
  end
  if h.way ~= way or now - h.since > within then
    clear(h)
    h.way, h.since = way, now
    redis.call('HSET', h.key, 'w', way, 's', text(now))
  end
  redis.call('HSET', h.alike, id, state)
  redis.call('EXPIRE', h.alike, math.ceil(within))
  if redis.call('HLEN', h.alike) < alike then return nil end
  local resting = strike(h)
  local others = redis.call('HGETALL', h.alike)
  for i = 1, #others, 2 do  -- those before, unless they are asked again already or taken out
    local other = others[i]
    local known = redis.call('HGET', IDS, other)
    if place_of[other] then
      values[place_of[other]] = others[i + 1]
      done[at_of[other]] = 2
      redis.call('ZADD', h.queue, later(resting, others[i + 1]), other)
    elseif other ~= id and known and redis.call('HEXISTS', TOKENS, other) == 0 then
      redis.call('SET', P .. 'state:' .. other, others[i + 1])
      freed[#freed + 1] = other
      redis.call('ZADD', h.queue, later(resting, others[i + 1]), other)
    end
  end
  redis.call('DEL', h.alike)
  return resting
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
      local resting = excuse(h, id, ARGV[i + 6], ARGV[i + 7])
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

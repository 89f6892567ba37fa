#!lua
-- What the scripts of a shard share; the loader puts it in front of claim, settle, give_back … No script by itself.
--
-- KEYS[1]             {h:NN}, names the slot; every key below lies in it
-- A host is what belongs to one owner (the registrable domain), or a host that has a rule of its own.
-- {h:NN}:said         string  4 bytes of hash over the settings of each source, for `plan`; opaque here
-- {h:NN}:ids          hash    source → its host, a zero byte, 8 bytes of hash over its address
-- {h:NN}:hosts        zset    host → when one of its sources can be claimed at the earliest; inf: at its limit in flight
-- {h:NN}:host:HOST    hash    l most in flight, g seconds between two polls, t 1 if a pause holds for all of it,
--                             n not before (pace), p not before (pause), f in flight; while its sources
--                             fail alike: w in which way, s since when, k how often it rested for that;
--                             v 1 if the last turn was a guest's, u 1 if no source lies there: forgotten some
--                             time after the last guest
-- {h:NN}:line:HOST    zset    source of a guest that waits for the host, or was put back → when it is its turn
-- {h:NN}:rules        hash    host with a rule at which no source lies → its l, g and t, parted by blanks
-- {h:NN}:alike:HOST   hash    source that just began to fail in that way → its state without blame
-- {h:NN}:queue:HOST   zset    source → due; those in flight and those that are gone are not in it
-- {h:NN}:leases       zset    source in flight → until when; guests as well, whose names begin with >
-- {h:NN}:tokens       hash    source or guest in flight → NONCE|HOST
-- {h:NN}:state:ID     string  8 bytes little-endian double "no poll before", then what Python packed
-- {h:NN}:left:ID      string  of a source that was taken out: the hash of its address, and when it was due
-- {h:NN}:robots:URL   string  what a robots.txt says to us, for a day
-- {h:NN}:table:ID     string  guid hashes → content hashes; opaque here
local P = KEYS[1] .. ':'
local HOSTS, LEASES, TOKENS, IDS = P .. 'hosts', P .. 'leases', P .. 'tokens', P .. 'ids'

local function text(number) return string.format('%.17g', number) end

-- The time that was given (tests, replay), else the server's.
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1e6
end

-- A host, read once in a script. One that nobody described is asked politely: one at a time, a second between.
local met = {}
local function host(name)
  local h = met[name]
  if not h then
    local key = P .. 'host:' .. name
    local v = redis.call('HMGET', key, 'l', 'g', 'n', 'p', 'f', 't', 'w', 's', 'k', 'v')
    h = {key = key, queue = P .. 'queue:' .. name, limit = tonumber(v[1] or 1), gap = tonumber(v[2] or 1),
         next = tonumber(v[3] or 0), pause = tonumber(v[4] or 0), flying = tonumber(v[5] or 0),
         together = v[6] ~= '0', way = v[7], since = tonumber(v[8] or 0), strikes = tonumber(v[9] or 0),
         visited = v[10] == '1', alike = P .. 'alike:' .. name}
    met[name] = h
  end
  return h
end

-- Puts a host where it belongs among the hosts; `first` is when the first of its sources is due, nil if none waits.
local function place(name, h, first)
  if not first then
    redis.call('ZREM', HOSTS, name)
  elseif h.flying >= h.limit then
    redis.call('ZADD', HOSTS, 'inf', name)
  else
    redis.call('ZADD', HOSTS, text(math.max(tonumber(first), h.next, h.pause)), name)
  end
end

local function rank(name, h) place(name, h, redis.call('ZRANGE', h.queue, 0, 0, 'WITHSCORES')[2]) end

-- Writes back every host that was met, and ranks it.
local function keep()
  for name, h in pairs(met) do
    redis.call('HSET', h.key, 'n', text(h.next), 'p', text(h.pause), 'f', h.flying)
    rank(name, h)
  end
end

-- Ends the lease of a source: its host, or nil if it was not in flight.
local function release(id)
  local token = redis.call('HGET', TOKENS, id)
  if not token then return nil end
  redis.call('HDEL', TOKENS, id)
  redis.call('ZREM', LEASES, id)
  local h = host(string.match(token, '|(.*)$'))
  h.flying = math.max(0, h.flying - 1)
  return h
end

-- Sources whose lease has ended are due again at once, guests are gone. At most `most` of them in one script.
local function sweep(now, most)
  for _, id in ipairs(redis.call('ZRANGE', LEASES, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, most)) do
    local h = release(id)
    if not h then
      redis.call('ZREM', LEASES, id)
    elseif string.sub(id, 1, 1) ~= '>' then
      redis.call('ZADD', h.queue, text(now), id)
    end
  end
end

-- A host that guests come to, described as the rules say where no source lies there. Kept for an hour after `till`.
local function visited(name, now, till)
  local key = P .. 'host:' .. name
  local known = redis.call('HMGET', key, 'l', 'u')
  if not known[1] or known[2] == '1' then
    local l, g, t = string.match(redis.call('HGET', P .. 'rules', name) or '', '^(%S+) (%S+) (%S+)$')
    if not l then
      local v = redis.call('HMGET', P .. 'host:', 'l', 'g', 't')
      l, g, t = v[1] or 1, v[2] or 1, v[3] or '1'
    end
    redis.call('HSET', key, 'l', l, 'g', g, 't', t, 'u', '1')
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, 3600) end
  end
  local h = host(name)
  redis.call('EXPIRE', key, math.ceil(math.max(till, h.next, h.pause) - now) + 3600, 'GT')
  return h
end

-- What the host is suspected of where its sources fail alike; `rule` is core.trouble.RULE.
local function rule(from)
  local r = {}
  for i = 0, 4 do r[i + 1] = tonumber(ARGV[from + i]) end
  return {alike = r[1], within = r[2], rest = r[3], most = r[4], longest = r[5]}
end

-- Ends whatever a host is suspected of: one of its sources went well.
local function clear(h)
  if h.way then
    redis.call('HDEL', h.key, 'w', 's', 'k')
    redis.call('DEL', h.alike)
    h.way, h.strikes = nil, 0
  end
end

-- Until when the host rests that fails once more.
local function strike(h, now, r)
  h.strikes = h.strikes + 1
  h.pause = math.max(h.pause, now + math.min(r.rest * 2 ^ (h.strikes - 1), r.most))
  redis.call('HSET', h.key, 'w', h.way, 's', text(h.since), 'k', h.strikes)
  return text(h.pause)
end

-- When a source is due that is not blamed: when the host has rested, and not before its publisher allows.
local function later(resting, state) return text(math.max(tonumber(resting), (struct.unpack('<d', state)))) end

-- Whether a failure is the host's: until when it rests then, else nil. With it, where that is certain only now, the
-- sources that failed so before, each followed by its state without blame.
local function excuse(h, now, r, id, way, state)
  if h.way == way and h.strikes > 0 then
    if now - h.since > r.longest then return nil, {} end
    return h.pause > now and text(h.pause) or strike(h, now, r), {}
  end
  if h.way ~= way or now - h.since > r.within then
    clear(h)
    h.way, h.since = way, now
    redis.call('HSET', h.key, 'w', way, 's', text(now))
  end
  redis.call('HSET', h.alike, id, state)
  redis.call('EXPIRE', h.alike, math.ceil(r.within))
  if redis.call('HLEN', h.alike) < r.alike then return nil, {} end
  local resting, others = strike(h, now, r), redis.call('HGETALL', h.alike)
  redis.call('DEL', h.alike)
  return resting, others
end

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
--                             fail alike: w in which way, s since when, k how often it rested for that
-- {h:NN}:alike:HOST   hash    source that just began to fail in that way → its state without blame
-- {h:NN}:queue:HOST   zset    source → due; those in flight and those that are gone are not in it
-- {h:NN}:leases       zset    source in flight → until when
-- {h:NN}:tokens       hash    source in flight → NONCE|HOST
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
    local v = redis.call('HMGET', key, 'l', 'g', 'n', 'p', 'f', 't', 'w', 's', 'k')
    h = {key = key, queue = P .. 'queue:' .. name, limit = tonumber(v[1] or 1), gap = tonumber(v[2] or 1),
         next = tonumber(v[3] or 0), pause = tonumber(v[4] or 0), flying = tonumber(v[5] or 0),
         together = v[6] ~= '0', way = v[7], since = tonumber(v[8] or 0), strikes = tonumber(v[9] or 0),
         alike = P .. 'alike:' .. name}
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

-- Sources whose lease has ended are due again at once. At most `most` of them in one script.
local function sweep(now, most)
  for _, id in ipairs(redis.call('ZRANGE', LEASES, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, most)) do
    local h = release(id)
    if h then redis.call('ZADD', h.queue, text(now), id) else redis.call('ZREM', LEASES, id) end
  end
end

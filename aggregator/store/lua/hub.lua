#!lua
-- What the scripts of our own hub share; the loader puts it in front of them. No script by itself.
--
-- KEYS[1]                {s}, names the slot; every key below lies in it. ID: hash of topic and callback
-- {s}:hub:ask:ID         hash  mode, callback, topic, lease, secret, token (name of the one it was asked with), client,
--                              tries, holder: a request whose callback is to be asked whether it was meant
-- {s}:hub:asks           zset  ID → when
-- {s}:hub:sub:ID         hash  callback, topic, secret, token, client, position (number of the last change that is
--                              done with), tries, holder, delivered, error
-- {s}:hub:until          zset  ID → end of the lease; every subscription is in it
-- {s}:hub:place          zset  ID → position, of those that nobody holds and that do not rest
-- {s}:hub:later          zset  ID → when it may be served, of the others
-- {s}:hub:client:CLIENT  set   IDs that one client asked for
-- {s}:lead, {s}:meta     see commit.lua, meet.lua
local P = KEYS[1] .. ':hub:'
local ASKS, UNTIL, PLACE, LATER = P .. 'asks', P .. 'until', P .. 'place', P .. 'later'

local function text(number) return string.format('%.17g', number) end
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1e6
end
local function sub(id) return P .. 'sub:' .. id end
local function ask(id) return P .. 'ask:' .. id end
local function last() return tonumber(redis.call('HGET', KEYS[1] .. ':lead', 'last') or 0) end

-- Takes an ID off a client's account, unless a request or a subscription of this client still stands.
local function discount(id, client)
  if not client or client == '' then return end
  if redis.call('HGET', sub(id), 'client') == client or redis.call('HGET', ask(id), 'client') == client then return end
  redis.call('SREM', P .. 'client:' .. client, id)
end

local function drop(id)
  local client = redis.call('HGET', sub(id), 'client')
  redis.call('DEL', sub(id))
  redis.call('ZREM', UNTIL, id)
  redis.call('ZREM', PLACE, id)
  redis.call('ZREM', LATER, id)
  discount(id, client)
end

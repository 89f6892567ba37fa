#!lua
-- Writes what the holders of webhooks' leases did; nothing where a lease is not theirs any more.
-- KEYS[1]       {s}, names the slot; every key below lies in it
-- {s}:hook:ID, {s}:again:ID   see hook_claim.lua
-- {s}:dead:ID   stream  one field l, a packed letter: messages that were given up, the newest of them
-- ARGV: now or '', most dead letters, then for each hook: id, token, position, letter of `again` that is done with or '',
--       seconds that the lease goes on or '0' (it is given up), seconds until the next try or '' (at once), how many
--       were delivered, how many changes were no longer in the log, tries (packed) or '', why the last try failed
--       or '', '1' to switch it off, a dead letter (packed) or ''
-- Returns: for each 1, or 0 where the lease was lost
local P = KEYS[1] .. ':'
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1e6
end
local function text(number) return string.format('%.17g', number) end
local answers = {}
for i = 3, #ARGV, 12 do
  local id, token, position, letter, lease, delay, delivered, skipped, tries, err, off, dead = unpack(ARGV, i, i + 11)
  local key = P .. 'hook:' .. id
  local function put(field, value)
    if value == '' then redis.call('HDEL', key, field) else redis.call('HSET', key, field, value) end
  end
  local held = redis.call('HGET', key, 'token') == token
  if held then
    redis.call('HSET', key, 'position', position)
    put('due', delay == '' and '' or text(now + tonumber(delay)))
    put('tries', tries)
    if delivered ~= '0' then
      redis.call('HINCRBY', key, 'delivered', delivered)
      redis.call('HSET', key, 'success', text(now))
      redis.call('HDEL', key, 'error')
    end
    if skipped ~= '0' then redis.call('HINCRBY', key, 'skipped', skipped) end
    if err ~= '' then redis.call('HSET', key, 'error', err) end
    if off ~= '' then redis.call('HSET', key, 'off', off) end
    if letter ~= '' then redis.call('XDEL', P .. 'again:' .. id, letter) end
    if letter ~= '' and redis.call('XLEN', P .. 'again:' .. id) == 0 then redis.call('DEL', P .. 'again:' .. id) end
    if dead ~= '' then redis.call('XADD', P .. 'dead:' .. id, 'MAXLEN', '=', ARGV[2], '*', 'l', dead) end
    if lease == '0' then
      redis.call('HDEL', key, 'token', 'until')
    else
      redis.call('HSET', key, 'until', text(now + tonumber(lease)))
    end
  end
  answers[#answers + 1] = held and 1 or 0
end
return answers

#!lua
-- Writes what the grouper decided on a batch, as one step: stories, changes, what it learnt, and the inbox position.
-- A commit under another number than the lease's is refused; one that was written already is not written again.
-- KEYS[1]       {s}, names the slot; every key below lies in it
-- {s}:lead      hash    number (the fence), position (of the inbox), last (change number), learnt (its number),
--                       commit (hash of the last one)
-- {s}:s:ID      string  a story: version byte, count of copies as two bytes little-endian, their raw ids, packed rest
-- {s}:c:ENTRY   string  a copy: version byte, raw id of its story, length of the packed copy as four bytes
--                       little-endian, the packed copy, the packed fingerprint
-- {s}:t:ENTRY   string  version byte, length of its packed text as four bytes little-endian, the packed text,
--                       the packed verdict that made it a copy
-- {s}:r:ID      string  a story that was merged away → the id that it was merged into
-- {s}:e:ENTRY   string  an entry that is no copy → its story
-- {s}:b:ENTRY   list    what a copy said before it was revised, the newest first, four at most, kept as redirects are:
--                       version byte, length of the packed copy as four bytes little-endian, the copy, its packed text
-- {s}:a:ID      list    what almost joined a story, packed, the newest first; five at most
-- {s}:looks     hash    close decisions that an editor should see, id → packed; a thousand at most
-- {s}:looks:at  zset    the same, id → when
-- {s}:looked    zset    those that were answered, id → when, see store/review.py
-- {s}:o:ID      string  what became of an editor's order, see order.lua, as for {s}:orders and {s}:orders:by
-- {s}:orders:open  set  orders that bind, or can be undone; of the others the newest ten thousand are kept
-- {s}:placed    zset    live story → placed
-- {s}:changes   stream  NUMBER-0, one field c, the packed change without its number
-- {s}:learnt    string  what the grouper has learnt
-- {s}:inbox     stream  see hand_in.lua
-- ARGV: number, position or '', hash of this commit, seconds that redirects and entries are kept, most changes kept,
--       '' or '+' and what was learnt, then lists, each begun by its count:
--       removed (entry, raw story id), stories (id, placed, packed), copies (entry, head, then fingerprint, text and
--       verdict, each '' for as it is or '+' and packed), redirects (gone, into), expired (id), entries (entry, story), changes,
--       doubts (id, when, 1 to be looked at, packed, count of the stories that tell of it, their ids),
--       rulings (id, 1 where it is open, packed)
-- Returns: the number of the last change
local P = KEYS[1] .. ':'
local LEAD, PLACED, CHANGES, INBOX = P .. 'lead', P .. 'placed', P .. 'changes', P .. 'inbox'
local BEFORE = P .. 'b:'
local ALMOST, LOOKS, LOOKED = P .. 'a:', P .. 'looks', P .. 'looked'
local STORY, COPY, TEXT, REDIRECT, ENTRY = P .. 's:', P .. 'c:', P .. 't:', P .. 'r:', P .. 'e:'

local v = redis.call('HMGET', LEAD, 'number', 'commit', 'last')
if v[1] ~= ARGV[1] then return redis.error_reply('FENCED by lease ' .. (v[1] or '0')) end
local last = tonumber(v[3] or 0)
if v[2] == ARGV[3] then return last end
local keep = ARGV[4]

local at = 6
local function arg() at = at + 1 return ARGV[at] end
local function each(act) for _ = 1, tonumber(arg()) do act() end end

-- A copy goes only if it is still the story's: it may have moved on.
local function drop(entry, story)
  if redis.call('GETRANGE', COPY .. entry, 1, 16) == story then
    redis.call('DEL', COPY .. entry, TEXT .. entry, BEFORE .. entry)
  end
end

local function hex(raw) return (string.gsub(raw, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
local function raw(id) return (string.gsub(id, '..', function(c) return string.char(tonumber(c, 16)) end)) end

-- What a revised copy said until now; a text that is very long is not worth its place a second time.
local function remember(entry, was, text)
  local size = struct.unpack('<I4', text, 2)
  if size > 32768 then return end
  local copy = string.sub(was, 1, 1) .. string.sub(was, 18, 21 + struct.unpack('<I4', was, 18))
  redis.call('LPUSH', BEFORE .. entry, copy .. string.sub(text, 6, 5 + size))
  redis.call('LTRIM', BEFORE .. entry, 0, 3)
  redis.call('EXPIRE', BEFORE .. entry, keep)
end

each(function() local entry = arg() drop(entry, arg()) end)

each(function()
  local id = arg()
  redis.call('ZADD', PLACED, arg(), id)
  redis.call('SET', STORY .. id, arg())
  redis.call('DEL', REDIRECT .. id)
end)

each(function()
  local entry, head, print, words, why = arg(), arg(), arg(), arg(), arg()
  local was = (print == '' or words ~= '') and redis.call('GET', COPY .. entry)
  if print == '' then
    local old = was
    if old then print = '+' .. string.sub(old, 22 + struct.unpack('<I4', old, 18)) end
  end
  redis.call('SET', COPY .. entry, head .. string.sub(print, 2))
  if words ~= '' or why ~= '' then
    local old = (words == '' or why == '' or was) and redis.call('GET', TEXT .. entry)
    if old and was and words ~= '' then remember(entry, was, old) end
    if old then
      local size = struct.unpack('<I4', old, 2)
      if words == '' then words = '+' .. string.sub(old, 6, 5 + size) end
      if why == '' then why = '+' .. string.sub(old, 6 + size) end
    end
    words = string.sub(words, 2)
    redis.call('SET', TEXT .. entry, string.sub(head, 1, 1) .. struct.pack('<I4', #words) .. words .. string.sub(why, 2))
  end
end)

each(function()
  local gone = arg()
  redis.call('SET', REDIRECT .. gone, arg(), 'EX', keep)
  redis.call('DEL', STORY .. gone, ALMOST .. gone)
  redis.call('ZREM', PLACED, gone)
end)

each(function()
  local id = arg()
  local story = redis.call('GET', STORY .. id)
  if story then
    local own = raw(id)
    for i = 1, (struct.unpack('<I2', story, 2)) do
      drop(hex(string.sub(story, 16 * i - 12, 16 * i + 3)), own)
    end
    redis.call('DEL', STORY .. id, ALMOST .. id)
  end
  redis.call('ZREM', PLACED, id)
end)

each(function() redis.call('SET', ENTRY .. arg(), arg(), 'EX', keep) end)

local before = last
each(function()
  last = last + 1
  redis.call('XADD', CHANGES, last .. '-0', 'c', arg())
end)
if last > before then redis.call('XTRIM', CHANGES, 'MAXLEN', '~', ARGV[5]) end

each(function()
  local id, when, look, packed = arg(), arg(), arg(), arg()
  each(function()
    local story = arg()
    if redis.call('EXISTS', STORY .. story) == 1 then
      redis.call('LPUSH', ALMOST .. story, packed)
      redis.call('LTRIM', ALMOST .. story, 0, 4)
    end
  end)
  if look == '1' and not redis.call('ZSCORE', LOOKED, id) then
    redis.call('HSET', LOOKS, id, packed)
    redis.call('ZADD', LOOKS .. ':at', when, id)
  end
end)
local ordered = false
each(function()
  local id, open, packed = arg(), arg(), arg()
  ordered = true
  redis.call('SET', P .. 'o:' .. id, packed)
  if not redis.call('ZSCORE', P .. 'orders', id) then
    redis.call('ZADD', P .. 'orders', redis.call('HINCRBY', LEAD, 'orders', 1), id)
  end
  for i = 1, string.byte(packed, 2) do
    redis.call('ZADD', P .. 'orders:by', 0, hex(string.sub(packed, 16 * i - 13, 16 * i + 2)) .. ':' .. id)
  end
  redis.call(open == '1' and 'SADD' or 'SREM', P .. 'orders:open', id)
end)
local surplus = ordered and redis.call('ZCARD', P .. 'orders') - 10000 or 0
for _, id in ipairs(surplus > 0 and redis.call('ZRANGE', P .. 'orders', 0, surplus - 1) or {}) do
  if redis.call('SISMEMBER', P .. 'orders:open', id) == 0 then
    local packed = redis.call('GET', P .. 'o:' .. id) or '\1\0'
    for i = 1, string.byte(packed, 2) do
      redis.call('ZREM', P .. 'orders:by', hex(string.sub(packed, 16 * i - 13, 16 * i + 2)) .. ':' .. id)
    end
    redis.call('DEL', P .. 'o:' .. id)
    redis.call('ZREM', P .. 'orders', id)
  end
end

local many = redis.call('ZCARD', LOOKS .. ':at') - 1000
if many > 0 then
  local old = redis.call('ZPOPMIN', LOOKS .. ':at', many)
  for i = 1, #old, 2 do redis.call('HDEL', LOOKS, old[i]) end
end

if ARGV[6] ~= '' then
  redis.call('SET', P .. 'learnt', string.sub(ARGV[6], 2))
  redis.call('HINCRBY', LEAD, 'learnt', 1)
end
redis.call('HSET', LEAD, 'last', last, 'commit', ARGV[3])
if ARGV[2] ~= '' then
  redis.call('HSET', LEAD, 'position', ARGV[2])
  local ms, seq = string.match(ARGV[2], '^(%d+)-(%d+)$')
  redis.call('XTRIM', INBOX, 'MINID', ms .. '-' .. string.format('%d', tonumber(seq) + 1))
end
return last

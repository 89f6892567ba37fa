#!lua flags=no-writes
-- Which live story an entry or a story is found in, redirects followed.
-- KEYS[1]   {s}, names the slot; the keys are those of commit.lua
-- ARGV: id, '1' if only a redirect counts
-- Returns: the story's id, or nil
local P = KEYS[1] .. ':'
local id = ARGV[1]
local function hex(raw) return (string.gsub(raw, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
local function redirected(from)
  local to = nil
  for _ = 1, 16 do
    local next = redis.call('GET', P .. 'r:' .. (to or from))
    if not next then break end
    to = next
  end
  return to
end
if ARGV[2] == '1' then return redirected(id) end
local function live(story)
  if redis.call('EXISTS', P .. 's:' .. story) == 1 then return story end
  local to = redirected(story)
  if to and redis.call('EXISTS', P .. 's:' .. to) == 1 then return to end
  return nil
end
local found = live(id)
if found then return found end
local story = redis.call('GETRANGE', P .. 'c:' .. id, 1, 16)
if #story == 16 then return live(hex(story)) end
story = redis.call('GET', P .. 'e:' .. id)
if story then return live(story) end
return nil

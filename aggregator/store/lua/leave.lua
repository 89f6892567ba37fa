#!lua
-- Guests leave a host: their places are free, and what became of them counts as that of the host's own sources.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or ''; the rule of hosts in trouble, five; then five for each guest: guest, source,
--       '' if it went well, how it failed if it was well before, '-' if that says nothing of the host,
--       '' or the packed state that does not blame it, '' or until when the whole host rests
-- Returns: of each guest '' where its source is to blame for what it did, else until when the host rests; then, of others
--          that were blamed before and are no longer, each id and its state without blame
local now, r, answer = clock(ARGV[1]), rule(2), {}
for i = 7, #ARGV, 5 do
  local h, way = release(ARGV[i]), ARGV[i + 2]
  local one = {''}
  if h then
    if way == '' then
      clear(h)
    elseif way ~= '-' and h.together then
      local resting, others = excuse(h, now, r, ARGV[i + 1], way, ARGV[i + 3])
      one = {resting or '', unpack(others)}
    end
    if ARGV[i + 4] ~= '' and h.together then h.pause = math.max(h.pause, tonumber(ARGV[i + 4])) end
    redis.call('EXPIRE', h.key, math.ceil(math.max(h.next, h.pause) - now) + 3600, 'GT')
  end
  answer[#answer + 1] = one
end
keep()
return answer

-- For wrk: `-- METHOD BODY_FILE EXPECTED_FILE HEADERS_FILE` sends one request again and again. At the end it prints how many
-- answers came, how many were wrong or lost, and the first wrong one: another status than 200, or another body than
-- EXPECTED_FILE holds ("" where the body does not matter).
local expected
local threads = {}

local function read(path)
  if path == "" then return nil end
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  wrk.method = arguments[1]
  wrk.body = read(arguments[2])
  expected = read(arguments[3])
  for line in io.lines(arguments[4]) do
    local name, value = line:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  answers = 0
  wrong = 0
  example = ""
end

function response(status, headers, body)
  answers = answers + 1
  if status ~= 200 or (expected and body ~= expected) then
    wrong = wrong + 1
    if example == "" then example = status .. " " .. body:sub(1, 300) end
  end
end

function done(summary, latency)
  local thread = threads[1]
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(("%d %d %d %s\n"):format(thread:get("answers"), thread:get("wrong"), lost, thread:get("example")))
end

-- Calls states in turn, each time with another value, so that each call dirties four blocks.
local keys, sent = 64, 0

function init(arguments)
  keys = tonumber(arguments[1])
end

function request()
  sent = sent + 1
  local path = "/state/@" .. sent % keys .. "/touch"
  return wrk.format("POST", path, nil, "[4," .. sent .. "]")
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('{"requests": %d, "seconds": %.3f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, lost + errors.status))
end

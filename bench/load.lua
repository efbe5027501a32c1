-- For wrk: `-- METHOD BODY` says what to send; what was measured is printed as one line of JSON.
function init(arguments)
  wrk.method = arguments[1]
  if arguments[2] ~= "" then
    wrk.body = arguments[2]
  end
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  local format = '{"requests":%d,"seconds":%.6f,"lost":%d,"refused":%d,"p50_us":%d,"p99_us":%d}\n'
  local p50, p99 = latency:percentile(50), latency:percentile(99)
  io.write(format:format(summary.requests, summary.duration / 1e6, lost, errors.status, p50, p99))
end

-- Asks with each of the TOKENS in turn, where there are any, and prints what wrk saw as one line of JSON; times are in microseconds.
local requests, last = {}, 0

function init()
  for token in string.gmatch(os.getenv('TOKENS') or '', '%S+') do
    requests[#requests + 1] = wrk.format(nil, nil, { Authorization = 'Token ' .. token })
  end
  if #requests > 0 then
    function request()
      last = last % #requests + 1
      return requests[last]
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"requests":%d,"duration":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

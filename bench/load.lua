-- SPDX-License-Identifier: Apache-2.0
-- The work of bench/bench.py for wrk: WORK names it, RUN is the run that is logged to.
local work = os.getenv("WORK")
local run = os.getenv("RUN")
local api = "/api/2.0/mlflow/"
local json = {["Content-Type"] = "application/json"}
local step = tonumber(os.getenv("STEP") or "0")

local function post(path, body)
	return wrk.format("POST", api .. path, json, body)
end

local function metric(key)
	step = step + 1
	return string.format('{"key":"%s","value":%.6f,"timestamp":%d,"step":%d}', key, math.random(), 1700000000000 + step, step)
end

local requests = {
	["log-metric"] = function()
		step = step + 1
		return post("runs/log-metric", string.format(
			'{"run_id":"%s","key":"loss","value":%.6f,"timestamp":%d,"step":%d}', run, math.random(), 1700000000000 + step, step))
	end,
	["log-batch"] = function()
		local metrics = {}
		for i = 1, 100 do
			metrics[i] = metric("b" .. (i % 10))
		end
		return post("runs/log-batch", string.format('{"run_id":"%s","metrics":[%s]}', run, table.concat(metrics, ",")))
	end,
	["create-run"] = function()
		return post("runs/create", '{"experiment_id":"1","run_name":"bench","start_time":1700000000000,' ..
			'"tags":[{"key":"a","value":"1"},{"key":"b","value":"2"}]}')
	end,
	["get-run"] = function() return wrk.format("GET", api .. "runs/get?run_id=" .. run) end,
	["search-metric"] = function()
		return post("runs/search", '{"experiment_ids":["1"],"filter":"metrics.m0 > 0.99","max_results":100}')
	end,
	["search-param"] = function()
		return post("runs/search",
			'{"experiment_ids":["1"],"filter":"params.p0 = \'7\'","order_by":["metrics.m1 DESC"],"max_results":100}')
	end,
	["search-page"] = function() return post("runs/search", '{"experiment_ids":["1"],"max_results":1000}') end,
	["search-first"] = function() return post("runs/search", '{"experiment_ids":["1"],"max_results":100}') end,
	["experiments"] = function() return post("experiments/search", '{"max_results":100}') end,
	["history"] = function()
		return wrk.format("GET", api .. "metrics/get-history?run_id=" .. run .. "&metric_key=m0&max_results=25000")
	end,
	["static"] = function() return wrk.format("GET", "/static") end,
	["handoff"] = function() return wrk.format("GET", "/handoff") end,
}

request = requests[work]

function done(summary, latency, _)
	local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
	io.write(string.format("RESULT %d %d %.3f %.3f %d\n", summary.requests, summary.duration, latency:percentile(50) / 1000,
		latency:percentile(95) / 1000, failed))
end

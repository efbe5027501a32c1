;; Calls functions through rockpool.call. Results are what rockpool.call gives: the status in the
;; upper half, the answer's length in the lower, negative if no function answered.
(module
  (import "rockpool" "call" (func $call (param i32 i32 i32 i32 i32 i32) (result i64)))
  (import "rockpool" "read_response" (func $read_response (param i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "sum/sum")
  (data (i32.const 16) "[12, 43]")
  (data (i32.const 32) "calls_function/to_itself")
  (data (i32.const 64) "not-granted")
  (data (i32.const 96) "nobody")
  (data (i32.const 128) "traps")
  (data (i32.const 160) "answers_1gb")
  (data (i32.const 192) "echo")

  ;; The first eight bytes of the last response.
  (func $first_bytes (result i64)
    (i64.store (i32.const 1024) (i64.const 0))
    (drop (call $read_response (i32.const 0) (i32.const 1024) (i32.const 8)))
    (i64.load (i32.const 1024)))

  (func (export "adds") (result i64 i64)
    (call $call (i32.const 0) (i32.const 7) (i32.const 16) (i32.const 8) (i32.const 2048) (i32.const 64))
    (i64.load (i32.const 2048)))

  ;; Has no room for the response at first.
  (func (export "reads_later") (result i64 i64)
    (call $call (i32.const 0) (i32.const 7) (i32.const 16) (i32.const 8) (i32.const 0) (i32.const 0))
    (call $first_bytes))

  ;; How many more calls of itself there were: that of the one called, a digit in "[N]", and one.
  (func (export "to_itself") (result i32)
    (if (i64.lt_s (call $call (i32.const 32) (i32.const 24) (i32.const 0) (i32.const 0)
                              (i32.const 2048) (i32.const 64))
                  (i64.const 0))
      (then (return (i32.const 0))))
    (i32.sub (i32.load8_u (i32.const 2049)) (i32.const 47)))

  (func (export "not_granted") (result i64)
    (call $call (i32.const 64) (i32.const 11) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

  (func (export "nobody") (result i64)
    (call $call (i32.const 96) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

  (func (export "one_that_traps") (result i64)
    (call $call (i32.const 128) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

  (func (export "one_that_floods") (result i64)
    (call $call (i32.const 160) (i32.const 11) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

  ;; Hands over a name beyond its memory.
  (func (export "out_of_bounds") (result i64)
    (call $call (i32.const 131070) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

  ;; Sends so many bytes of its memory, which then has 6.4 MiB.
  (func (export "of_length") (param $length i32) (result i64)
    (drop (memory.grow (i32.const 100)))
    (call $call (i32.const 192) (i32.const 4) (i32.const 0) (local.get $length) (i32.const 0) (i32.const 0)))

  (func (export "request_too_long") (result i64)
    (drop (memory.grow (i32.const 200)))
    (call $call (i32.const 0) (i32.const 7) (i32.const 0) (i32.const 8388609) (i32.const 0) (i32.const 0))))

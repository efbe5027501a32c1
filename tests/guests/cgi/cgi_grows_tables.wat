;; Grows a table by 64 Ki elements until that fails, and answers with how many times it could, in
;; three digits.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table $elements 0 funcref)
  ;; 0: one iovec; 16: the answer, whose last three bytes are the digits.
  (data (i32.const 0) "\10\00\00\00\1d\00\00\00")
  (data (i32.const 16) "Content-Type: text/plain\0a\0a000")
  (func (export "_start")
    (local $grown i32)
    (block $full
      (loop $again
        (br_if $full
          (i32.eq (table.grow $elements (ref.null func) (i32.const 65536)) (i32.const -1)))
        (local.set $grown (i32.add (local.get $grown) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $grown) (i32.const 999)))))
    (call $put_digit (i32.const 42) (i32.div_u (local.get $grown) (i32.const 100)))
    (call $put_digit (i32.const 43)
      (i32.rem_u (i32.div_u (local.get $grown) (i32.const 10)) (i32.const 10)))
    (call $put_digit (i32.const 44) (i32.rem_u (local.get $grown) (i32.const 10)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func $put_digit (param $at i32) (param $digit i32)
    (i32.store8 (local.get $at) (i32.add (local.get $digit) (i32.const 48)))))

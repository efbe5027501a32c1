;; Its start function traps: a preflight finds that out before a caller does.
(module
  (func $trap unreachable)
  (start $trap)
  (func (export "answer") (result i32) (i32.const 42)))

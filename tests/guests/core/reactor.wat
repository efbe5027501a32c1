;; A reactor: `answer` gives 42 only if `_initialize` ran once before it, and 0 or 84 otherwise.
(module
  (global $sum (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $sum (i32.add (global.get $sum) (i32.const 42))))
  (func (export "answer") (result i32) (global.get $sum)))

;; `next` counts its calls: always 1, unless instances are reused.
(module
  (global $calls (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (global.get $calls)))

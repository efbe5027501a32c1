;; Keeps in a table and in a global which of its functions comes next, and counts nothing anywhere else.
(module
  (type $step (func (result i32)))
  (table $steps 2 64 funcref)
  (global $next (mut funcref) (ref.null func))
  (elem (i32.const 0) $one $two)
  (elem declare func $three)
  (table $scratch 1 1 funcref)

  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))

  ;; What the table's places give, each a digit, 0 where there is none.
  (func (export "read") (result i32)
    (local $at i32) (local $digits i32)
    (loop $again
      (local.set $digits (i32.add (i32.mul (local.get $digits) (i32.const 10)) (call $digit (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $at) (table.size $steps))))
    (local.get $digits))
  (func $digit (param $at i32) (result i32)
    (if (result i32) (ref.is_null (table.get $steps (local.get $at)))
      (then (i32.const 0))
      (else (call_indirect $steps (type $step) (local.get $at)))))

  (func (export "swap")
    (local $first funcref)
    (local.set $first (table.get $steps (i32.const 0)))
    (table.set $steps (i32.const 0) (table.get $steps (i32.const 1)))
    (table.set $steps (i32.const 1) (local.get $first)))
  (func (export "append")
    (drop (table.grow $steps (ref.func $three) (i32.const 1)))
    (drop (table.grow $steps (ref.null func) (i32.const 1))))
  (func (export "clear") (table.set $steps (i32.const 1) (ref.null func)))

  (func (export "choose") (global.set $next (ref.func $three)))
  (func (export "chosen") (result i32)
    (if (result i32) (ref.is_null (global.get $next))
      (then (i32.const 0))
      (else
        (table.set $scratch (i32.const 0) (global.get $next))
        (call_indirect $scratch (type $step) (i32.const 0))))))

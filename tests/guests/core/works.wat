;; Computes for a number of rounds, without a clock: each costs the same processor time whatever else runs.
(module
  (func (export "work") (param $rounds i32) (result i32)
    (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get $rounds)))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $next (local.get $rounds)))
    (local.get $sum)))

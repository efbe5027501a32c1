;; `check` returns how many of the marks of an earlier tenant it finds in its memory, its table and its locals, and leaves
;; its own: one in each system page of 4 MiB of memory and 1 MiB of table, which is what an instance's slot keeps. `hold`
;; does the same and then computes for a number of rounds, so that the marks stay for a while.
(module
  (memory (export "memory") 64 64)
  (table $table 131072 131072 funcref)
  (elem declare func $check)

  (func $check (export "check") (result i32)
    (local $found i32)
    (local.set $found (i32.add (call $memory) (call $table)))
    (i32.add (local.get $found) (call $locals (i32.const 500) (i64.const 0x5ec2e7))))

  (func (export "hold") (param $rounds i32) (result i32)
    (local $found i32) (local $sum i32)
    (local.set $found (call $check))
    (loop $next
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get $rounds)))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $next (local.get $rounds)))
    (i32.add (local.get $found) (i32.eq (local.get $sum) (i32.const 1))))

  (func $memory (result i32)
    (local $at i32) (local $found i32)
    (loop $next
      (local.set $found
        (i32.add (local.get $found) (i64.ne (i64.load (local.get $at)) (i64.const 0))))
      (i64.store (local.get $at) (i64.const 0x5ec2e75ec2e7))
      (local.set $at (i32.add (local.get $at) (i32.const 4096)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 4194304))))
    (local.get $found))

  (func $table (result i32)
    (local $at i32) (local $found i32)
    (loop $next
      (local.set $found
        (i32.add (local.get $found) (i32.eqz (ref.is_null (table.get $table (local.get $at))))))
      (table.set $table (local.get $at) (ref.func $check))
      (local.set $at (i32.add (local.get $at) (i32.const 512)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 131072))))
    (local.get $found))

  ;; Locals that nobody set are zero at any depth; each call keeps marks across the deeper one.
  (func $locals (param $depth i32) (param $mark i64) (result i32)
    (local $a i64) (local $b i64) (local $found i32)
    (local.set $found
      (i32.add (i64.ne (local.get $a) (i64.const 0)) (i64.ne (local.get $b) (i64.const 0))))
    (if (i32.eqz (local.get $depth)) (then (return (local.get $found))))
    (local.set $a (i64.mul (local.get $mark) (i64.const 3)))
    (local.set $b (i64.or (local.get $a) (i64.const 1)))
    (local.set $found
      (i32.add
        (local.get $found)
        (call $locals (i32.sub (local.get $depth) (i32.const 1)) (local.get $b))))
    (i32.add (local.get $found) (i64.eqz (i64.or (local.get $a) (local.get $b))))))

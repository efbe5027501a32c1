;; Keeps what it is told in all places that outlive a call where a function keeps its state: two memories of which one
;; is not exported, and mutable globals of which none is.
(module
  (memory $told (export "memory") 16 64)
  (memory $hidden 1)
  (global $calls (mut i32) (i32.const 0))
  (global $sum (mut f64) (f64.const 0))
  (data (i32.const 65536) "here from the beginning")

  ;; Never written but by `_initialize`, which is called once for each state.
  (func (export "_initialize")
    (i32.store8 $hidden (i32.const 100) (i32.add (i32.load8_u $hidden (i32.const 100)) (i32.const 1))))
  (func (export "initialized") (result i32) (i32.load8_u $hidden (i32.const 100)))

  ;; Adds to a sum in each place; they must not come apart.
  (func $add (export "add") (param $more i32) (result i64)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (global.set $sum (f64.add (global.get $sum) (f64.convert_i32_s (local.get $more))))
    (i64.store $told (i32.const 8)
      (i64.add (i64.load $told (i32.const 8)) (i64.extend_i32_s (local.get $more))))
    (i64.store $hidden (i32.const 8)
      (i64.add (i64.load $hidden (i32.const 8)) (i64.extend_i32_s (local.get $more))))
    (i64.load $told (i32.const 8)))
  (func (export "sums") (result i32 f64 i64 i64)
    (global.get $calls) (global.get $sum) (i64.load $told (i32.const 8)) (i64.load $hidden (i32.const 8)))

  ;; Writes to as many blocks of 4 KiB, from 256 KiB on.
  (func (export "touch") (param $blocks i32) (param $value i32)
    (local $at i32)
    (local.set $at (i32.const 262144))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $blocks)))
        (i32.store $told (local.get $at) (local.get $value))
        (local.set $at (i32.add (local.get $at) (i32.const 4096)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next))))
  (func (export "peek") (param $at i32) (result i32) (i32.load $told (local.get $at)))
  (func (export "poke") (param $at i32) (param $value i32) (i32.store $told (local.get $at) (local.get $value)))
  (func (export "grow") (param $pages i32) (result i32) (memory.grow $told (local.get $pages)))

  (func (export "add_and_trap") (param $more i32) (result i64)
    (drop (call $add (local.get $more)))
    (unreachable))
  (func (export "add_and_spin") (param $more i32) (result i64)
    (drop (call $add (local.get $more)))
    (loop $forever (br $forever))
    (unreachable)))

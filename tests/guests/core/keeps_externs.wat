;; Could keep in a global what no host gives it.
(module
  (global $kept (mut externref) (ref.null extern))
  (func (export "is_kept") (result i32) (i32.eqz (ref.is_null (global.get $kept)))))

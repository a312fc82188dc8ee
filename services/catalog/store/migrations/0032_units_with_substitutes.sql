-- Whether anything can stand for a part of a unit: where nothing can, what is left of the component that limits it says at
-- once how many there are.
CREATE INDEX product_part_with_substitutes ON product_part (product_id) WHERE substitutes <> '{}';

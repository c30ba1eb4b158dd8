-- Orders are placed and change; none is ever deleted.
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY,
  item TEXT NOT NULL,
  cents BIGINT NOT NULL,
  status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'shipped')),
  placed BIGINT NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
);

-- What is still to be told: written in the transaction of the change, whoever makes it.
CREATE TABLE IF NOT EXISTS changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id BIGINT NOT NULL
);

CREATE TRIGGER IF NOT EXISTS order_inserted AFTER INSERT ON orders BEGIN
  INSERT INTO changes (order_id) VALUES (NEW.id);
END;

CREATE TRIGGER IF NOT EXISTS order_updated AFTER UPDATE ON orders BEGIN
  INSERT INTO changes (order_id) VALUES (NEW.id);
END;

BEGIN TRANSACTION;
CREATE TABLE claims (
    id TEXT PRIMARY KEY, name BLOB NOT NULL, path BLOB NOT NULL, ready_at REAL NOT NULL,
    destination TEXT, verdict TEXT
) WITHOUT ROWID;
CREATE TABLE log (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    rows INTEGER NOT NULL, length INTEGER NOT NULL, identity TEXT NOT NULL, mtime_ns INTEGER NOT NULL
);
INSERT INTO "log" VALUES(1,3,685,'65024:2534036',1795386083680558937);
CREATE TABLE rows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id, time, file, status, digit, confidence, second_digit, second_confidence, filed_as, reason, width, height, sha256, model, seconds, folded TEXT NOT NULL
);
INSERT INTO "rows" VALUES(1,'20270115T080000-1db0a38d-000','2027-01-15T08:00:00.000Z','=text.png','rejected',NULL,NULL,NULL,NULL,'rejected/=text.png','not a picture',NULL,NULL,'9ed97c950c330a5b556b00fe9d46390594f0a34437886edd034c323444fbd7d8','stub',0.0,'rejected/=text.png');
INSERT INTO "rows" VALUES(2,'20270115T080000-1db0a38d-001','2027-01-15T08:00:00.000Z','café 数字.png','filed',1,0.9,0,0.01,'1/café 数字.png','',28,28,'705f6526ee56cc198bdc58cf4997fb9e52f47168956fe48a329bf4de37bb9df7','stub',0.0,'1/café 数字.png');
INSERT INTO "rows" VALUES(3,'20270115T080000-1db0a38d-002','2027-01-15T08:00:00.000Z','sept.png','filed',7,0.9,0,0.01,'7/sept.png','',28,28,'c06cb394cc50e49b74be75b40133cc45b82a3f7c39b0935b91a60a9a7b88ecef','stub',0.0,'7/sept.png');
CREATE INDEX rows_by_id ON rows (id);
CREATE INDEX rows_by_place ON rows (folded);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('rows',3);
COMMIT;
PRAGMA user_version = 1;

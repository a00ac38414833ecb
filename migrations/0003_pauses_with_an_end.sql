-- Of an active schedule that was paused until a date: that date. It posts nothing before it.
ALTER TABLE schedule ADD COLUMN resumes TEXT;

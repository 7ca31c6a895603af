# Whose touch earns the credit.
